export { init, version } from './plugin';
export { main } from './cdk-image-lock';
