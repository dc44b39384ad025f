import { readFile } from 'fs/promises';
import { homedir } from 'os';
import { join } from 'path';
import { askCredentialHelper } from './docker-credential-helper';
import { IDENTITY_TOKEN_USER, REGISTRY_TOKEN_USER, RegistryCredentials } from './keychain';
import { ResolutionError } from './resolution-error';

/** Docker Hub as Docker's configuration names it, and as people do. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const DOCKER_HUB_HOSTS = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** What an address of the API ends with. Paths of repositories have no slash there. */
const API_VERSION = /^v[12]\/$/;

type Json = Record<string, unknown>;

/**
 * The credentials that Docker, or what works with containers as it does, has for a repository of a registry.
 *
 * They are in the variable `DOCKER_AUTH_CONFIG`, as in jobs of GitLab, in the file that `REGISTRY_AUTH_FILE` names, as for podman, skopeo and
 * buildah, and in Docker's own configuration; the first that has some decides.
 */
export async function dockerKeychain(host: string, repositoryName: string): Promise<RegistryCredentials | undefined> {
  const { DOCKER_AUTH_CONFIG: text, REGISTRY_AUTH_FILE: file, DOCKER_CONFIG: folder } = process.env;
  const names = DOCKER_HUB_HOSTS.includes(host) ? [DOCKER_HUB, ...DOCKER_HUB_HOSTS] : [host];
  const wanted = { host, repositoryName, names };
  return (text ? await credentialsIn(parseConfiguration(text, 'DOCKER_AUTH_CONFIG'), 'DOCKER_AUTH_CONFIG', wanted) : undefined)
    ?? (file ? await credentialsInFile(file, wanted) : undefined)
    ?? credentialsInFile(join(folder || join(homedir(), '.docker'), 'config.json'), wanted);
}

interface Wanted {
  readonly host: string;
  readonly repositoryName: string;
  /** What the host may be called. */
  readonly names: string[];
}

async function credentialsInFile(file: string, wanted: Wanted): Promise<RegistryCredentials | undefined> {
  return credentialsIn(await readConfiguration(file), file, wanted);
}

/** From the entry for the repository or what it is in, as podman writes it, and then the helper for a host, the helper for all, or the host's entry. */
async function credentialsIn(config: Json, file: string, { host, repositoryName, names }: Wanted): Promise<RegistryCredentials | undefined> {
  const auths = section(config, 'auths', file);
  const paths = pathsOf(repositoryName);
  const ofPath = paths.find(path => valueFor(auths, names, path) !== undefined);
  if (ofPath !== undefined) {
    return readEntry(valueFor(auths, names, ofPath), `${host}/${ofPath}`, file);
  }
  const helper = valueFor(section(config, 'credHelpers', file), names) ?? config.credsStore;
  const fromHelper = typeof helper === 'string' && helper !== '' ? await askCredentialHelper(helper, names[0], file) : undefined;
  return fromHelper ?? readEntry(valueFor(auths, names), host, file);
}

/** A repository and all that it is in, the longest path first. */
function pathsOf(repositoryName: string): string[] {
  const parts = repositoryName.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
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
  return parseConfiguration(text, file);
}

function parseConfiguration(text: string, file: string): Json {
  return asObject(parse(text)) ?? malformed(file, 'it is no JSON object');
}

function section(config: Json, name: string, file: string): Json {
  return config[name] === undefined || config[name] === null ? {} : asObject(config[name]) ?? malformed(file, `its ${name} is no object`);
}

/** @param path within the host; none for what is for the host as a whole */
function valueFor(values: Json, names: string[], path = ''): unknown {
  const entries = Object.entries(values);
  const exact = names.flatMap(name => entries.filter(([key]) => key === (path ? `${name}/${path}` : name)));
  const [entry] = [...exact, ...entries.filter(([key]) => {
    const place = placeOf(key);
    return names.includes(place.host) && place.path === path;
  })];
  return entry?.[1];
}

/** Keys are hosts, with podman also paths within them, or addresses of an API from Docker's early days, which mean their hosts. */
function placeOf(key: string): { readonly host: string; readonly path: string } {
  const [, scheme, host, path = ''] = /^(https?:\/\/)?([^/]*)(?:\/(.*))?$/s.exec(key)!;
  return { host, path: scheme || API_VERSION.test(path) ? '' : path.replace(/\/$/, '') };
}

function readEntry(entry: unknown, host: string, file: string): RegistryCredentials | undefined {
  if (entry === undefined) {
    return undefined;
  }
  const { auth, identitytoken, registrytoken, username, password } = asObject(entry) ?? malformed(file, `its auths for ${host} is no object`);
  if (registrytoken && typeof registrytoken === 'string') {
    return { username: REGISTRY_TOKEN_USER, password: registrytoken };
  }
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
