/**
 * How severe a finding of an image scan is, as Amazon ECR and Amazon Inspector say it.
 *
 * Amazon Inspector goes by a score of 0 to 10; basic scanning takes what the source of the vulnerability says.
 */
export enum FindingSeverity {
  /** A score of 9.0 or more. */
  CRITICAL = 'CRITICAL',

  /** A score of 7.0 to 8.9. */
  HIGH = 'HIGH',

  /** A score of 4.0 to 6.9. */
  MEDIUM = 'MEDIUM',

  /** A score of 0.1 to 3.9. */
  LOW = 'LOW',

  /** A score of 0. */
  INFORMATIONAL = 'INFORMATIONAL',

  /**
   * Nobody has said yet how severe it is: what basic scanning calls `UNDEFINED`, and Amazon Inspector `UNTRIAGED`.
   *
   * It is the lowest one, so a minimum of it means every finding there is.
   */
  UNDEFINED = 'UNDEFINED',
}
