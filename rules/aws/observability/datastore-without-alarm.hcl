rule "datastore-without-alarm" {
  summary      = "Database or cache that no alarm watches"
  principle    = "observability"
  severity     = "warning"
  since        = "0.1.0"
  renamed_from = ["critical-store-without-alarm"]
  why          = <<-MD
    Stores rarely stop at once: storage fills up, memory or connections run out. An alarm sees that hours before
    users do.
  MD
  fix          = "Alarm on `CPUUtilization`, `FreeStorageSpace` and `FreeableMemory` of a database, `DatabaseMemoryUsagePercentage` of a cache."
  references   = ["AWS Well-Architected REL06-BP01", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    members = referrers(self, "member_of")
    alarms = flatten([
      referrers(self, "watches", "aws_cloudwatch_metric_alarm"),
      [for m in local.members : referrers(m, "watches", "aws_cloudwatch_metric_alarm")],
    ])
    replica = is_replica(self)
  }

  for_each = resources("critical_store")
  unless   = local.replica
  when     = length(local.alarms) == 0
  message  = "no alarm watches `${self}`"

  label "reads and writes it" {
    at = referrers(self, "reads_writes")
  }

  fails "database without any alarm" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }
  }

  fails "the alarm watches another database" {
    resource "aws_db_instance" "shop" {
      for_each   = toset(["orders", "stock"])
      identifier = each.key
      engine     = "postgres"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.shop["orders"].identifier
      }
    }
  }

  fails "it is no replica, and says so" {
    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      replicate_source_db = ""
    }
  }

  passes "watched by reference" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
    }

    resource "aws_cloudwatch_metric_alarm" "memory" {
      alarm_name  = "sessions-memory"
      namespace   = "AWS/ElastiCache"
      metric_name = "DatabaseMemoryUsagePercentage"
      dimensions = {
        ReplicationGroupId = aws_elasticache_replication_group.sessions.id
      }
    }
  }

  passes "watched by name" {
    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_cloudwatch_metric_alarm" "storage" {
      alarm_name  = "orders-storage"
      namespace   = "AWS/RDS"
      metric_name = "FreeStorageSpace"
      dimensions = {
        DBInstanceIdentifier = "orders"
      }
    }
  }

  passes "an instance of the cluster is watched" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "node" {
      count              = 2
      identifier         = "orders-${count.index}"
      cluster_identifier = aws_rds_cluster.orders.id
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      count       = 2
      alarm_name  = "orders-cpu-${count.index}"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_rds_cluster_instance.node[count.index].identifier
      }
    }
  }

  unknown "whether there are alarms is given by the caller" {
    variable "alarms" { type = bool }

    resource "aws_db_instance" "orders" {
      identifier = "orders"
      engine     = "postgres"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      count       = var.alarms ? 1 : 0
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = aws_db_instance.orders.identifier
      }
    }
  }
}
