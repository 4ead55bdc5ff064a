rule "datastore-without-slow-log" {
  summary   = "Store does not log its slow operations"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Metrics show that the store is busy, not which command or query keeps it so. The one that takes a second is found in the slow
    log, or by reading everybody's code.
  MD
  fix       = "Export `profiler` (DocumentDB) or `slowquery` (Neptune), with the parameter that writes it, or add a `log_delivery_configuration` with `log_type = \"slow-log\"` (ElastiCache)."
  notice    = "`ReadLatency` or `SearchLatency` rises, and nothing names the statement."
  prove     = "Run a query without an index in a test copy, and try to find it afterwards."
  references = [
    "AWS Well-Architected REL06-BP01",
  ]

  locals {
    # The slow log came with engine version 6 of ElastiCache.
    too_old = is(self, "aws_elasticache_replication_group") && can(regex("^[2-5]\\.", self.engine_version))
    # A copy that only waits serves no queries.
    copy = is(self, "aws_neptune_cluster") && is_copy(self)
  }

  for_each = resources("aws_docdb_cluster", "aws_neptune_cluster", "aws_elasticache_replication_group")
  unless   = local.too_old || local.copy

  defect "DocumentDB" {
    when    = is(self, "aws_docdb_cluster") && !logs_slow_operations(self)
    at      = "enabled_cloudwatch_logs_exports"
    message = "which operations of `${self}` are slow is written nowhere"
  }

  defect "Neptune" {
    when    = is(self, "aws_neptune_cluster") && !logs_slow_operations(self)
    at      = "enable_cloudwatch_logs_exports"
    message = "which queries of `${self}` are slow is written nowhere"
  }

  defect "ElastiCache" {
    when    = is(self, "aws_elasticache_replication_group") && !logs_slow_operations(self)
    at      = "log_delivery_configuration"
    message = "which commands of `${self}` are slow is written nowhere"
  }

  fails "DocumentDB" {
    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier              = "profiles"
      enabled_cloudwatch_logs_exports = ["audit"]
    }
  }

  fails "Neptune" {
    resource "aws_neptune_cluster" "graph" {
      cluster_identifier = "graph"
    }
  }

  fails "ElastiCache" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "Sessions"
      engine_version       = "7.1"
    }
  }

  passes "DocumentDB" {
    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier              = "profiles"
      enabled_cloudwatch_logs_exports = ["audit", "profiler"]
    }
  }

  passes "Neptune" {
    resource "aws_neptune_cluster" "graph" {
      cluster_identifier             = "graph"
      enable_cloudwatch_logs_exports = ["slowquery"]
    }
  }

  passes "ElastiCache" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "Sessions"

      log_delivery_configuration {
        destination      = "/cache/sessions"
        destination_type = "cloudwatch-logs"
        log_format       = "json"
        log_type         = "slow-log"
      }
    }
  }

  passes "an engine without a slow log to deliver" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      description          = "Sessions"
      engine_version       = "5.0.6"
    }
  }

  passes "copy of a graph" {
    resource "aws_neptune_cluster" "standby" {
      cluster_identifier            = "graph-standby"
      replication_source_identifier = "arn:aws:rds:us-east-1:111122223333:cluster:graph"
    }
  }

  unknown "given by the caller" {
    variable "log_exports" { type = list(string) }

    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier              = "profiles"
      enabled_cloudwatch_logs_exports = var.log_exports
    }
  }
}
