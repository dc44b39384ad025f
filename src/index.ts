export * from './custom-resource/function-options';
export * from './image/digest-pinned-image';
export * from './image/image-pin';
export * from './image/pin-options';
export * from './repository/dev-companion-options';
export * from './repository/retention-rule';
export * from './repository/secure-repository';
export * from './resolver/image-digest-resolver';
