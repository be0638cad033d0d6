import { DomainError } from '../../values/errors.ts';

export class BalanceAlertNotFoundError extends DomainError {
  readonly code = 'BALANCE_ALERT_NOT_FOUND';
  readonly alertId: string;

  constructor(alertId: string) {
    super(`There is no balance alert with the id ${JSON.stringify(alertId)}.`, { facts: { alertId } });
    this.alertId = alertId;
  }
}
