/** The hook for components that cannot call one, such as classes. */
import type { ComponentType, FunctionComponent, ReactElement } from 'react'
import type { MetroneActions } from './actions.ts'
import { useMetrone } from './hooks.ts'

/** What a component gets from {@link withMetrone}. */
export interface WithMetroneProps {
  metrone: MetroneActions
}

/** `Component` with the actions of {@link useMetrone} in its prop `metrone`; one that is passed in wins, as in a test. */
export function withMetrone<Props extends WithMetroneProps>(
  Component: ComponentType<Props>,
): FunctionComponent<Omit<Props, 'metrone'> & Partial<WithMetroneProps>> {
  function WithMetrone(props: Omit<Props, 'metrone'> & Partial<WithMetroneProps>): ReactElement {
    const metrone = useMetrone()
    return <Component {...({ metrone, ...props } as unknown as Props)} />
  }
  WithMetrone.displayName = `withMetrone(${Component.displayName ?? Component.name})`
  return WithMetrone
}
