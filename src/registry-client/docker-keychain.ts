import { readFile } from 'fs/promises';
import { homedir } from 'os';
import { join } from 'path';
import { askCredentialHelper } from './docker-credential-helper';
import { IDENTITY_TOKEN_USER, RegistryCredentials } from './keychain';
import { ResolutionError } from './resolution-error';

/** Docker Hub as Docker's configuration names it, and as people do. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const DOCKER_HUB_HOSTS = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

type Json = Record<string, unknown>;

/**
 * The credentials that Docker has for a registry: from the helper for its host, the helper for all, or the configuration
 * file. No file and no helper are no credentials.
 */
export async function dockerKeychain(host: string): Promise<RegistryCredentials | undefined> {
  const file = join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  const config = await readConfiguration(file);
  const names = DOCKER_HUB_HOSTS.includes(host) ? [DOCKER_HUB, ...DOCKER_HUB_HOSTS] : [host];
  const helper = valueFor(section(config, 'credHelpers', file), names) ?? config.credsStore;
  const fromHelper = typeof helper === 'string' && helper !== '' ? await askCredentialHelper(helper, names[0], file) : undefined;
  return fromHelper ?? readEntry(valueFor(section(config, 'auths', file), names), host, file);
}

async function readConfiguration(file: string): Promise<Json> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return {};
    }
    throw problem(file, `cannot be read (${code})`);
  }
  return asObject(parse(text)) ?? malformed(file, 'it is no JSON object');
}

function section(config: Json, name: string, file: string): Json {
  return config[name] === undefined || config[name] === null ? {} : asObject(config[name]) ?? malformed(file, `its ${name} is no object`);
}

/** Keys are hosts, or addresses of an API from Docker's early days. */
function valueFor(values: Json, names: string[]): unknown {
  const entries = Object.entries(values);
  const exact = names.flatMap(name => entries.filter(([key]) => key === name));
  const [entry] = [...exact, ...entries.filter(([key]) => names.includes(key.replace(/^https?:\/\//, '').split('/')[0]))];
  return entry?.[1];
}

function readEntry(entry: unknown, host: string, file: string): RegistryCredentials | undefined {
  if (entry === undefined) {
    return undefined;
  }
  const { auth, identitytoken, username, password } = asObject(entry) ?? malformed(file, `its auths for ${host} is no object`);
  if (identitytoken && typeof identitytoken === 'string') {
    return { username: IDENTITY_TOKEN_USER, password: identitytoken };
  }
  if (auth) {
    const [, user, secret] = /^([^:]+):([^\0]*)\0*$/s.exec(Buffer.from(String(auth), 'base64').toString())
      ?? malformed(file, `its auth for ${host} is not the Base64 form of 'user:password'`);
    return { username: user, password: secret };
  }
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
}

function malformed(file: string, what: string): never {
  throw problem(file, `is malformed: ${what}`);
}

function problem(file: string, what: string): ResolutionError {
  return new ResolutionError('unusable-credentials', `Docker's configuration ${file} ${what}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Json : undefined;
}
