import { getProxyForUrl } from 'proxy-from-env';
import { ProxyError } from '../../registry-client/proxy-error';
import { isThisMachine } from '../../registry-client/this-machine';

/** A proxy, and who names it. */
export interface Proxy {
  readonly url: URL;
  readonly source: string;
}

const SETTING = "the CDK CLI's setting proxy";

/**
 * The proxy that a request goes through: the one of the CDK CLI's setting, as in the CDK CLI for every host, or else that of `HTTPS_PROXY` and
 * the like. Requests to this machine go through none.
 */
export function proxyFor(url: URL, setting: string | undefined): Proxy | undefined {
  if (isThisMachine(url)) {
    return undefined;
  }
  if (setting) {
    return readProxy(setting, SETTING);
  }
  if (getProxyForUrl(url.href) === '') {
    return undefined;
  }
  const scheme = url.protocol.slice(0, -1);
  const source = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, 'all_proxy', 'ALL_PROXY'].find(name => process.env[name])!;
  return readProxy(process.env[source]!, source);
}

/** The value is in no message: it may hold a password. */
function readProxy(text: string, source: string): Proxy {
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !url.hostname || !isDecodable(url.username + url.password)) {
    throw new ProxyError(`${source} is no address of a proxy; expected one such as http://proxy.example.com:3128, with % and / in a password as %25 and %2F`);
  }
  if (!['http:', 'https:'].includes(url.protocol)) {
    throw new ProxyError(`${source} names a proxy for ${url.protocol.slice(0, -1)}; expected one that is asked with http or https`);
  }
  return { url, source };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
