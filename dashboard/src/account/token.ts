/** The one-time token of a link: taken out of the address at once, so that it stays in no history and is not shared. */
import { useEffect, useState } from 'react'

const read = () => new URLSearchParams(location.hash.slice(1)).get('token') ?? ''

export function useToken(): string {
  const [token, setToken] = useState(read)
  // After the first commit: a render that React throws away, as with a page that still loads, must not lose it.
  useEffect(() => {
    if (token) history.replaceState(history.state, '', location.pathname)
  }, [token])
  // Another link of the same page, opened in its tab, changes nothing but the fragment.
  useEffect(() => {
    const take = () => setToken((known) => read() || known)
    addEventListener('hashchange', take)
    return () => removeEventListener('hashchange', take)
  }, [])
  return token
}
