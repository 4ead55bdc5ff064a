rule "elasticache-without-snapshots" {
  summary   = "Cache that keeps state has no snapshots"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Queues, carts and leaderboards are nowhere else: when the group is replaced or somebody flushes it, they are gone. Snapshots are off unless they
    are switched on.
  MD
  fix       = "Set `snapshot_retention_limit` to some days, or keep what must not be lost in a database or MemoryDB."
  notice    = "`describe-snapshots` is empty for the cache."
  prove     = "Flush a test copy, and try to get its state back."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config elasticache-redis-cluster-automatic-backup-check",
    "Security Hub ElastiCache.1",
    "AWS Trusted Advisor ElastiCache (Redis OSS) Clusters Automatic Backup",
    "checkov CKV_AWS_134",
    "trivy AWS-0050, aws-elasticache-enable-backup-retention",
  ]

  locals {
    state = keeps_state(self)
  }

  for_each = resources("aws_elasticache_replication_group")
  unless   = !local.state
  when     = default(self.snapshot_retention_limit, 0) == 0
  at       = "snapshot_retention_limit"
  message  = "`${self}` keeps what is nowhere else, and makes no snapshots of it"

  edit "snapshot_retention_limit" {
    to = 7
  }

  fails "jobs that wait" {
    resource "aws_elasticache_replication_group" "jobs" {
      replication_group_id = "jobs"
      description          = "Jobs of the shop"
    }
  }

  fails "it never evicts" {
    resource "aws_elasticache_parameter_group" "main" {
      name   = "main"
      family = "valkey8"

      parameter {
        name  = "maxmemory-policy"
        value = "noeviction"
      }
    }

    resource "aws_elasticache_replication_group" "main" {
      replication_group_id = "main"
      description          = "Valkey"
      parameter_group_name = aws_elasticache_parameter_group.main.name
    }
  }

  passes "snapshots" {
    resource "aws_elasticache_replication_group" "jobs" {
      replication_group_id     = "jobs"
      description              = "Jobs of the shop"
      snapshot_retention_limit = 7
    }
  }

  passes "a cache" {
    resource "aws_elasticache_replication_group" "pages" {
      replication_group_id = "pages"
      description          = "Cache of rendered pages"
    }
  }

  unknown "decided by a variable without default" {
    variable "snapshot_days" { type = number }

    resource "aws_elasticache_replication_group" "jobs" {
      replication_group_id     = "jobs"
      description              = "Jobs of the shop"
      snapshot_retention_limit = var.snapshot_days
    }
  }
}
