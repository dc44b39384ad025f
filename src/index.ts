export * from './dev-companion-options';
export * from './digest-pinned-image';
export * from './pinning/image-pin';
export * from './pinning/pin-options';
export * from './retention-rule';
export * from './secure-repository';
