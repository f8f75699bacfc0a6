-- What the estimate of an accrual (`accrued_cost`) was made of, as JSON (services/ledger/src/landing/accrual-basis.ts);
-- empty where there is none.
ALTER TABLE ledger ADD COLUMN IF NOT EXISTS accrual_basis String CODEC(ZSTD(1)) AFTER accrued_cost;
