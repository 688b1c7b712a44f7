/** The few line icons of the page, drawn on a 16-pixel grid in the text's colour. */
const PATHS = {
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M4 6.5 8 10.5 12 6.5',
  close: 'M4.5 4.5l7 7m0-7-7 7',
  light:
    'M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z',
  dark: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  system: 'M2.5 3.5h11v7h-11zM6 13h4',
  leave: 'M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6',
  person:
    'M8 2.5a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5ZM2.8 13.5c.6-2.3 2.6-3.5 5.2-3.5s4.6 1.2 5.2 3.5',
  settings:
    'M2 4.5h6.5M12.5 4.5H14M8.5 4.5a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM2 11.5h1.5M7.5 11.5H14M3.5 11.5a2 2 0 1 0 4 0 2 2 0 0 0-4 0Z',
  calendar: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5',
  line: 'M2 12 6 7l3.5 3L14 4',
  bars: 'M3.5 13.5V8M8 13.5V3M12.5 13.5V6',
  expand: 'M9.5 2.5h4v4M13.5 2.5 9 7M6.5 13.5h-4v-4M2.5 13.5 7 9',
  filter: 'M2 4h12M4.5 8h7M6.5 12h3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.5 10.5l3 3',
  save: 'M8 2.5v7.5M5 7.5 8 10.5l3-3M2.5 13.5h11',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  segment: 'M3 2.5h10v11L8 10l-5 3.5Z',
  note: 'M2.5 3h11v8H8l-3 2.5V11H2.5Z',
  edit: 'M3 13l.6-3L11 2.6 13.4 5 6 12.4Z',
  help: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.2v.1',
} as const
export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
