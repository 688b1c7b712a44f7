/** The one door of the private core: what the clients bundle. Nothing here touches a page, a disk or a socket. */
export { type Answer, isTemporary } from './backoff.ts'
export { createEngagement, type Engagement } from './engagement.ts'
export { isKey, makeIdempotencyKey, type Properties } from './event.ts'
export { type ClickType, classifyLink } from './link.ts'
export { BATCH_CHARS, createQueue, type Outlet, type Queue } from './queue.ts'
export { matchesPath, pathOf } from './route.ts'
