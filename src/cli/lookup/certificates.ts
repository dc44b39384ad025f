import { X509Certificate } from 'crypto';
import { readFileSync } from 'fs';
import * as tls from 'tls';

/** A file with certificates that are trusted as well, and who names it. */
export interface CaBundle {
  readonly file: string;
  readonly source: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/** Trusts those of a bundle, and those that Node.js trusts without: to name some of one's own would replace these. */
export function trusting({ file, source }: CaBundle, env: NodeJS.ProcessEnv): tls.SecureContext {
  const unusable = (problem: string) => new Error(`${source} names ${file}, which ${problem}; expected a file with certificates in PEM form`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw unusable(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw unusable('has no certificates');
  }
  if (!certificates.every(isReadable)) {
    throw unusable('has a broken certificate');
  }
  return tls.createSecureContext({ ca: [...defaultCertificates(env), ...certificates] });
}

function defaultCertificates(env: NodeJS.ProcessEnv): string[] {
  // Since Node.js 22.15.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
  return getCACertificates?.('default') ?? [...tls.rootCertificates, ...extraCertificates(env)];
}

/** Node.js warns of a file that it cannot read. */
function extraCertificates({ NODE_EXTRA_CA_CERTS: file }: NodeJS.ProcessEnv): string[] {
  try {
    return file ? [readFileSync(file, 'utf8')] : [];
  } catch {
    return [];
  }
}

function isReadable(certificate: string): boolean {
  try {
    return Boolean(new X509Certificate(certificate));
  } catch {
    return false;
  }
}
