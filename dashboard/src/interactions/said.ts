/** How an interaction is told in words: what it is called, and what a reader should know before trusting it. Pure. */
import type { Delivery, Interaction } from '../api/interactions.ts'
import { formatExact } from '../numbers.ts'
import { sayValue } from '../words.ts'

/** Below it, docs/intents.md says, about half of the intents are right. */
export const LEAST_CONFIDENCE = 0.5

export interface Mark {
  text: string
  /** What it means and what to do. */
  title: string
  tone: 'warn' | 'plain'
}

export function sayIntent({ intent }: Interaction): string {
  return intent ? sayValue('intent', intent) : 'No intent'
}

/** A part of one as percent, as confidences are given. */
export function sayShare(share: number): string {
  return formatExact(Math.round(share * 100), 'percent')
}

export function isUnsure({ intent, intent_confidence }: Interaction): boolean {
  return intent !== null && intent_confidence !== null && intent_confidence < LEAST_CONFIDENCE
}

/** What is out of the ordinary with it, the gravest first. */
export function marksOf(row: Interaction): Mark[] {
  const marks: (Mark | false)[] = [
    row.verified === false && {
      text: 'Not verified',
      title: 'Its deliveries were not signed. Set a secret for the endpoint: metrone webhooks secret.',
      tone: 'warn',
    },
    isUnsure(row) && {
      text: `Unsure ${sayShare(row.intent_confidence ?? 0)}`,
      title: 'The intent is a guess: below 50% about half of them are right.',
      tone: 'warn',
    },
    row.handoff === true && { text: 'Hand-over', title: 'It reached a human.', tone: 'plain' },
    row.voicemail === true && { text: 'Voicemail', title: 'It reached a voicemail.', tone: 'plain' },
    row.linked_to !== null && {
      text: "Carrier's half",
      title: 'Another platform held this call; it counts once, there.',
      tone: 'plain',
    },
    row.is_test && { text: 'Test', title: 'It came with a test key.', tone: 'plain' },
  ]
  return marks.filter((mark) => mark !== false)
}

/** Whether a delivery needs somebody's attention. */
export function isTroubled({ result }: Delivery): boolean {
  return result === 'refused' || result === 'too_large'
}
