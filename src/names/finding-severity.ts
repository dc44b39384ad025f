/**
 * How severe a finding of an image scan is, as Amazon ECR and Amazon Inspector say it.
 */
export enum FindingSeverity {
  /** The most severe. */
  CRITICAL = 'CRITICAL',

  /** Severe. */
  HIGH = 'HIGH',

  /** Less severe. */
  MEDIUM = 'MEDIUM',

  /** Hardly severe. */
  LOW = 'LOW',

  /** Nothing to act on. */
  INFORMATIONAL = 'INFORMATIONAL',

  /**
   * Nobody has said yet how severe it is: what basic scanning calls `UNDEFINED`, and Amazon Inspector `UNTRIAGED`.
   *
   * It is the lowest one, so a minimum of it means every finding there is.
   */
  UNDEFINED = 'UNDEFINED',
}
