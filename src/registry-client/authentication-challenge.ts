/** How a registry wants to be asked, from its `WWW-Authenticate` header. */
export interface Challenge {
  readonly scheme: 'bearer' | 'basic';
  /** Names are in lower case. */
  readonly parameters: Record<string, string | undefined>;
}

const PARAMETER = /([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/gi;
const CHALLENGE = new RegExp(`(?:^|,)\\s*(bearer|basic)(?![a-z0-9_-]|\\s*=)((?:[\\s,]*${PARAMETER.source})*)`, 'gi');

/** Reads the first challenge that we can meet, a token before a password. */
export function readChallenge(header: string): Challenge | undefined {
  const challenges = [...header.matchAll(CHALLENGE)].map(([, scheme, parameters]) => ({
    scheme: scheme.toLowerCase() as Challenge['scheme'],
    parameters: Object.fromEntries([...parameters.matchAll(PARAMETER)].map(([, name, quoted, plain]) => [
      name.toLowerCase(), plain ?? quoted.replace(/\\(.)/g, '$1'),
    ])),
  }));
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0];
}
