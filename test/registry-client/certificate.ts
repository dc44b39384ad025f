import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './tools';

export interface Certificate {
  readonly file: string;
  /** As PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** A certificate that signs itself, made by openssl. */
export async function selfSigned(directory: string, address: string, ...hosts: string[]): Promise<Certificate> {
  const names = [`IP:${address}`, ...hosts.map(host => `DNS:${host}`)].join();
  const [file, keyFile] = ['certificate.pem', 'key.pem'].map(name => join(directory, name));
  await run('openssl', [
    'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test', '-addext', `subjectAltName=${names}`, '-keyout', keyFile, '-out', file,
  ]);
  return { file, certificate: await readFile(file, 'utf8'), key: await readFile(keyFile, 'utf8') };
}
