import { Shared } from './shared-aws';

/** Jest's global tear-down. */
export default async function stop(): Promise<void> {
  await (globalThis as Shared).stopSharedAws!();
}
