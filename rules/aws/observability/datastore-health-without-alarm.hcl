rule "datastore-health-without-alarm" {
  summary    = "Search domain, warehouse, cache node or Kafka cluster that no alarm watches"
  principle  = "observability"
  severity   = "warning"
  since      = "0.1.0"
  why        = <<-MD
    A domain that is red, a partition that is offline, a disk that is full: each of these services has a metric that says so, and keeps
    answering with errors until somebody reads it.
  MD
  fix        = "Alarm on `ClusterStatus.red` and `FreeStorageSpace` of a domain, `OfflinePartitionsCount` of a Kafka cluster, `HealthStatus` of a warehouse, `EngineCPUUtilization` of a cache."
  references = ["AWS Well-Architected REL06-BP01", "AWS Config cloudwatch-alarm-resource-check", "Amazon OpenSearch Service Developer Guide: Recommended CloudWatch alarms"]

  locals {
    group = linked(self, "member_of", "aws_elasticache_replication_group")
  }

  # Nodes of a replication group are watched with it.
  for_each = resources(
    "aws_opensearch_domain", "aws_elasticsearch_domain", "aws_redshift_cluster", "aws_memorydb_cluster", "aws_elasticache_cluster",
    "aws_msk_cluster",
  )
  unless  = is_watched_elsewhere(self) || length(local.group) > 0
  when    = length(alarms(self)) == 0
  message = "no alarm watches `${self}`"

  label "reads and writes it" {
    at = referrers(self, "reads_writes")
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
    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"
    }

    resource "aws_cloudwatch_metric_alarm" "red" {
      alarm_name  = "logs-red"
      namespace   = "AWS/ES"
      metric_name = "ClusterStatus.red"
      dimensions = {
        DomainName = aws_opensearch_domain.logs.domain_name
        ClientId   = "111122223333"
      }
    }
  }

  passes "watched by name" {
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
  }

  unknown "whether there are alarms is given by the caller" {
    variable "alarms" { type = bool }

    resource "aws_opensearch_domain" "logs" {
      domain_name = "logs"
    }

    resource "aws_cloudwatch_metric_alarm" "red" {
      count       = var.alarms ? 1 : 0
      alarm_name  = "logs-red"
      namespace   = "AWS/ES"
      metric_name = "ClusterStatus.red"
      dimensions = {
        DomainName = aws_opensearch_domain.logs.domain_name
        ClientId   = "111122223333"
      }
    }
  }
}
