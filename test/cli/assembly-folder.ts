import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockKey } from '../../src/lock/lock-key';
import { LockRequest, METADATA_TYPE, PinMetadata, PLUGIN_NAME } from '../../src/lock/lock-request';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';

export interface AssemblyContent {
  /** Pins that are in the lock. */
  readonly locked?: PinMetadata[];
  /** Pins that are not. */
  readonly missing?: LockRequest[];
  readonly otherMissing?: string[];
  /** Of the stack. */
  readonly lookupRole?: object;
}

/** A request as the constructs make it. */
export function ecrRequest(repositoryName: string, tag: string, more: Partial<PinMetadata> & { platform?: string } = {}): PinMetadata {
  const { platform, account = ACCOUNT, region = REGION, ...others } = more;
  return { key: lockKey({ repository: { account, region, repositoryName }, tag, platform }), account, region, ...others };
}

export function ociRequest(host: string, repositoryName: string, tag: string): LockRequest {
  return { key: lockKey({ repository: { host, repositoryName }, tag }) };
}

/** Writes a cloud assembly as an app with one stack has it. */
export function writeAssembly(folder: string, { locked = [], missing = [], otherMissing = [], lookupRole }: AssemblyContent): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({
    version: '48.0.0',
    artifacts: {
      Stack: {
        type: 'aws:cloudformation:stack',
        ...(lookupRole && { properties: { lookupRole } }),
        metadata: {
          '/Stack': [{ type: 'aws:cdk:logicalId', data: 'Stack' }],
          '/Stack/Pins': [...locked, ...missing].map(request => ({ type: METADATA_TYPE, data: JSON.stringify(request) })),
        },
      },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
    missing: [
      ...missing.map(request => ({ key: request.key, provider: 'plugin', props: { pluginName: PLUGIN_NAME, ...request } })),
      ...otherMissing.map(key => ({ key, provider: 'vpc-provider', props: {} })),
    ],
  }));
}
