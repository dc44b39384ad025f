export * from './image/digest-pinned-image';
export * from './image/image-pin';
export * from './image/pin-options';
export * from './repository/dev-companion-options';
export * from './repository/retention-rule';
export * from './repository/secure-repository';
