export { init, version } from './cdk/plugin';
export { main } from './commands/cdk-image-lock';
