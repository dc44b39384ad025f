import { PinContextProvider } from './context-provider';
import { cdkSettings } from './settings';
import { PLUGIN_NAME } from '../../lock/lock-request';
import { MfaSession } from '../lookup/mfa-session';
import { Registries } from '../lookup/registries';
import { currentProcess } from '../terminal/process-context';

const TESTED_CLI = '2.1148.1';

/** What the CDK CLI gives to plugins; the types it publishes leave this function out. */
export interface PluginHost {
  registerContextProviderAlpha?(name: string, provider: Pick<PinContextProvider, 'getValue'>): void;
}

/** Of the interface between the CDK CLI and its plugins. */
export const version = '1';

/** Called by the CDK CLI. */
export function init(host: PluginHost): void {
  const processContext = currentProcess();
  if (typeof host.registerContextProviderAlpha !== 'function') {
    processContext.stderr.write(`cdk-secure-repository: this CDK CLI has no registerContextProviderAlpha, so it looks nothing up by plugins; use aws-cdk@${TESTED_CLI}, `
      + 'or fill the lock with: npx cdk-image-lock update\n');
    return;
  }
  const { assembly, ...settings } = cdkSettings(process.argv.slice(2), processContext);
  const { env, ask } = processContext;
  // The CDK CLI asks on its own, keeps what it gets, and AWS takes a code once.
  const mfa = new MfaSession(ask && (async question => ask(`${PLUGIN_NAME}, which takes another code than the CDK CLI has got: ${question}`)));
  const registries = () => new Registries({ ...settings, env, mfa });
  host.registerContextProviderAlpha(PLUGIN_NAME, new PinContextProvider(assembly, registries, processContext));
}
