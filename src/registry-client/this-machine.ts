import { BlockList, isIP } from 'net';

const LOOPBACK = new BlockList();
LOOPBACK.addAddress('127.0.0.1');
LOOPBACK.addAddress('::1', 'ipv6');

/** Connections to these stay here too, or may do so. */
const LOCAL = new BlockList();
LOCAL.addSubnet('127.0.0.0', 8);
LOCAL.addAddress('0.0.0.0');
LOCAL.addAddress('::', 'ipv6');

/** Whether an address is one that registries on this machine are asked at by plain HTTP. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === 'localhost' || has(LOOPBACK, host);
}

/** Whether an address may mean this machine, so that nobody elsewhere may send us there. */
export function isThisMachine(url: URL): boolean {
  const host = hostOf(url);
  return isLoopback(url) || host.endsWith('.localhost') || has(LOCAL, host);
}

/** Without the brackets of IPv6, and the dot that may end a name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|[\].]$/g, '');
}

/** IPv6's notations of IPv4's addresses are among them. */
function has(addresses: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && addresses.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
