/** What is judged: a construct in the app of `app.ts`. */
export interface Column {
  readonly name: string;
  readonly title: string;
  /** All resources at this path and below it. */
  readonly path: string;
}

export const RESOLVER = 'CdkSecureRepositoryImageDigestResolver';
const GATES = 'CdkSecureRepositoryImageGates';
const MARKS = 'CdkSecureRepositoryDeployedImages';

export const COLUMNS: Column[] = [
  { name: 'release', title: 'release repository', path: 'Release/Images' },
  { name: 'mutableTags', title: 'with `mutableTags`', path: 'MutableTags/Images' },
  { name: 'encrypted', title: 'with `encryptionKey`', path: 'Encrypted/Images' },
  { name: 'protected', title: 'with `deletionProtection`', path: 'Protected/Images' },
  { name: 'companion', title: 'dev companion', path: 'Companion/Images/DevCompanion' },
  { name: 'resolver', title: 'resolver', path: `Resolver/${RESOLVER}` },
  { name: 'gates', title: 'gates', path: `Gates/${GATES}` },
  { name: 'marks', title: 'marks', path: `Marks/${MARKS}` },
  { name: 'configured', title: 'configured resolver', path: `Configured/${RESOLVER}` },
  { name: 'registry', title: 'registry', path: 'Registry/Registry' },
];

/** Something that every scanner has to refuse: who finds nothing there has not looked. */
export const CONTROL = 'Control';

/** What cfn-lint has to refuse in particular: the CDK writes a signing configuration as it is given. */
export const CONTROL_OF_SIGNING = `${CONTROL}/Signing`;
