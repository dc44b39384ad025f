/** The type of the custom resource that marks images as deployed. */
export const DEPLOYED_TYPE = 'Custom::DeployedImages';
