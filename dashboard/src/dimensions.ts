/** The dimensions that a reader may filter by, in the order of the editor, with their titles. Properties are `props:KEY`. */
export const DIMENSION_GROUPS: readonly (readonly [
  group: string,
  rows: readonly (readonly [name: string, title: string])[],
])[] = [
  [
    'Pages',
    [
      ['page', 'Page'],
      ['entry_page', 'Entry page'],
      ['exit_page', 'Exit page'],
      ['title', 'Page title'],
      ['hostname', 'Host name'],
    ],
  ],
  [
    'Sources',
    [
      ['channel', 'Channel'],
      ['traffic_source', 'Source'],
      ['referrer', 'Referrer'],
      ['utm_campaign', 'Campaign'],
      ['utm_source', 'UTM source'],
      ['utm_medium', 'UTM medium'],
      ['utm_term', 'UTM term'],
      ['utm_content', 'UTM content'],
    ],
  ],
  [
    'Places',
    [
      ['country', 'Country'],
      ['region', 'Region'],
      ['city', 'City'],
    ],
  ],
  [
    'Devices',
    [
      ['browser', 'Browser'],
      ['os', 'Operating system'],
      ['device', 'Device'],
      ['screen', 'Screen'],
    ],
  ],
  [
    'Events',
    [
      ['event_name', 'Event'],
      ['event_type', 'Event type'],
      ['goal', 'Goal'],
      ['property', 'Property key'],
      ['source', 'Sent by'],
      ['visitor_type', 'Visitor type'],
    ],
  ],
  [
    'AI',
    [
      ['provider', 'Provider'],
      ['model', 'Model'],
      ['intent', 'Intent'],
      ['outcome', 'Outcome'],
      ['sentiment', 'Sentiment'],
      ['interaction', 'Kind'],
      ['endpoint', 'Endpoint'],
      ['assistant', 'Assistant'],
      ['direction', 'Direction'],
      ['resolution', 'Resolution'],
      ['end_reason', 'End reason'],
      ['intent_origin', 'Intent told by'],
      ['agent', 'Agent'],
      ['agent_operator', 'Operator'],
    ],
  ],
]
export const PROPERTY = 'props:'

export const DIMENSION_TITLES = new Map(DIMENSION_GROUPS.flatMap(([, rows]) => rows))
