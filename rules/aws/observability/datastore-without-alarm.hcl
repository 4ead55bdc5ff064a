rule "datastore-without-alarm" {
  summary      = "Database, cache, search domain or Kafka cluster that no alarm watches"
  principle    = "observability"
  severity     = "warning"
  since        = "2027.1"
  renamed_from = ["critical-store-without-alarm"]
  why          = <<-MD
    Stores rarely stop at once: storage fills up, memory or connections run out. An alarm sees that hours before
    users do.
  MD
  fix          = "Alarm on `CPUUtilization`, `FreeStorageSpace` and `FreeableMemory` of a database, `DatabaseMemoryUsagePercentage` of a cache, `ClusterStatus.red` of a search domain, `OfflinePartitionsCount` of a Kafka cluster, `HealthStatus` of a warehouse."
  notice       = "`CPUUtilization`, `FreeStorageSpace` or its like crosses its limit, and nobody is told."
  prove        = "Fill a test copy's storage to 95 percent, and wait for a message."
  references   = ["AWS Well-Architected REL06-BP01", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    members = referrers(self, "member_of")
    alarms  = flatten([alarms(self), [for m in local.members : alarms(m)]])
    replica = is_replica(self)
    # Nodes of a replication group are watched with it.
    in_group = is(self, "aws_elasticache_cluster") && (length(refs(self.replication_group_id)) > 0 || default(self.replication_group_id, "") != "")
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("watched_store")
  unless   = local.replica || local.in_group || is_watched_elsewhere(self)
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

  fails "domain" {
    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"
    }
  }

  fails "Kafka cluster, and an alarm on another" {
    resource "aws_msk_cluster" "events" {
      cluster_name           = "events"
      kafka_version          = "3.8.x"
      number_of_broker_nodes = 3
    }

    resource "aws_msk_cluster" "audit" {
      cluster_name           = "audit"
      kafka_version          = "3.8.x"
      number_of_broker_nodes = 3
    }

    resource "aws_cloudwatch_metric_alarm" "offline" {
      alarm_name  = "audit-offline"
      namespace   = "AWS/Kafka"
      metric_name = "OfflinePartitionsCount"
      dimensions = {
        "Cluster Name" = aws_msk_cluster.audit.cluster_name
      }
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

  passes "a warehouse by its name" {
    resource "aws_redshift_cluster" "sales" {
      cluster_identifier = "sales"
      node_type          = "ra3.xlplus"
    }

    resource "aws_cloudwatch_metric_alarm" "health" {
      alarm_name  = "sales-health"
      namespace   = "AWS/Redshift"
      metric_name = "HealthStatus"
      dimensions = {
        ClusterIdentifier = "sales"
      }
    }
  }

  passes "node of a group" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
    }

    resource "aws_elasticache_cluster" "node" {
      cluster_id           = "sessions-2"
      replication_group_id = aws_elasticache_replication_group.sessions.id
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
