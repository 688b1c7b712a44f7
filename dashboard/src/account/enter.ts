/** After a sign-in: what was known of nobody is forgotten, and the overview opens. */
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { DEFAULT_VIEW } from '../view.ts'

export function useEnter(): () => void {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return () => {
    queries.removeQueries({ queryKey: ['session'], type: 'inactive' })
    void queries.resetQueries({ queryKey: ['session'] })
    void queries.resetQueries({ queryKey: ['account'] })
    void navigate({ to: '/', search: DEFAULT_VIEW as never, replace: true })
  }
}
