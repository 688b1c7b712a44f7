/** The browser's side of passkeys: JSON in, JSON out. Where the browser cannot, the pages do not offer it. */

interface JsonParsers {
  parseCreationOptionsFromJSON?: (options: unknown) => PublicKeyCredentialCreationOptions
  parseRequestOptionsFromJSON?: (options: unknown) => PublicKeyCredentialRequestOptions
}

const parsers = () =>
  typeof PublicKeyCredential === 'undefined' ? {} : (PublicKeyCredential as unknown as JsonParsers)

/** A bare address has no passkeys: they belong to a name. */
const hasName = () => !/^[\d.]+$|^\[/.test(location.hostname)

export function canUsePasskeys(): boolean {
  return hasName() && parsers().parseRequestOptionsFromJSON !== undefined
}

/** Throws the browser's DOMException where the person says no. */
export async function createPasskey(options: unknown): Promise<unknown> {
  const publicKey = parsers().parseCreationOptionsFromJSON?.(options)
  return toJson(await navigator.credentials.create({ publicKey } as CredentialCreationOptions))
}

export async function askForPasskey(options: unknown): Promise<unknown> {
  const publicKey = parsers().parseRequestOptionsFromJSON?.(options)
  return toJson(await navigator.credentials.get({ publicKey } as CredentialRequestOptions))
}

function toJson(credential: Credential | null): unknown {
  return (credential as (Credential & { toJSON: () => unknown }) | null)?.toJSON()
}
