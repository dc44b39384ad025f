import { Shared } from './shared-emulators';

/** Jest's global tear-down. */
export default async function stop(): Promise<void> {
  await (globalThis as Shared).stopSharedEmulators!();
}
