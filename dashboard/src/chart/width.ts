/** How wide an element is, kept up to date. */
import { useLayoutEffect, useRef, useState } from 'react'

/** A ref for the element, and its width in CSS pixels: 0 before the first measure. */
export function useWidth() {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    setWidth(element.clientWidth)
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [frame, width] as const
}
