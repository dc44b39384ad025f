/** A resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: any;
  readonly Metadata?: Record<string, string>;
}

/** What each control of AWS Security Hub documents for Amazon ECR, asked of a template: whether it fails. */
const CONTROLS: Record<string, { readonly type: string; readonly fails: (properties: any) => boolean }> = {
  'ECR.1': { type: 'AWS::ECR::Repository', fails: ({ ImageScanningConfiguration }) => ImageScanningConfiguration?.ScanOnPush !== true },
  'ECR.2': { type: 'AWS::ECR::Repository', fails: ({ ImageTagMutability }) => ImageTagMutability !== 'IMMUTABLE' },
  'ECR.3': { type: 'AWS::ECR::Repository', fails: ({ LifecyclePolicy }) => !LifecyclePolicy?.LifecyclePolicyText },
  'ECR.4': { type: 'AWS::ECR::PublicRepository', fails: ({ Tags }) => !Tags?.some(({ Key }: { Key: string }) => !Key.startsWith('aws:')) },
  'ECR.5': {
    type: 'AWS::ECR::Repository',
    // Without a key, KMS takes one that AWS manages.
    fails: ({ EncryptionConfiguration: encryption }) => !encryption?.EncryptionType?.startsWith('KMS') || !encryption.KmsKey,
  },
};

/** The controls that a resource fails. */
export function failedControls({ Type, Properties = {} }: TemplateResource): string[] {
  return Object.entries(CONTROLS).filter(([, { type, fails }]) => type === Type && fails(Properties)).map(([control]) => control);
}
