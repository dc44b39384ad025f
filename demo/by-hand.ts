import { AppFolder } from './app-folder';
import { say } from './tour';
import { accountVariables, AwsEndpoints } from '../emulator/account-clients';

/** Commands for whoever wants to go on after the tour. */
export function sayHowToGoOn(aws: AwsEndpoints, folder: AppFolder): void {
  console.log('\nGo on in another terminal; app.ts in this folder is the app:\n');
  say(`cd ${folder.path}`);
  say('unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN');
  Object.entries({ ...accountVariables(aws), NODE_NO_WARNINGS: '1' }).forEach(([name, value]) => say(`export ${name}=${value}`));
  say('npx cdk-image-lock list');
  say('npx cdk deploy Service -c commit=4   # back to tags that are resolved in the deployment');
  say('npx cdk diff Service -c commit=5');
  console.log('\nThe emulator runs until Ctrl-C, which also deletes this folder.');
}
