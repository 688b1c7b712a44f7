/** The one door of the package. */
export type { MetroneActions } from './actions.ts'
export { type AnalyticsOptions, useAnalytics, useMetrone } from './hooks.ts'
export { MetroneProvider, type MetroneProviderProps } from './MetroneProvider.tsx'
export { type WithMetroneProps, withMetrone } from './withMetrone.tsx'
