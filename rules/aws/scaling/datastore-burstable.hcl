rule "datastore-burstable" {
  summary   = "Store runs on nodes that slow down under steady load"
  principle = "scaling"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Burstable nodes save up credits while idle and spend them under load. When those are used up, they fall back to a fraction of a
    processor, in the middle of the busy hours.
  MD
  fix       = "Use a class of the families m, r or c for production."
  notice    = "`CPUCreditBalance` comes near 0, and latency rises at the same load."
  prove     = "Keep a test copy at 60 percent CPU for half a day, and plot its latency."
  references = [
    "AWS Well-Architected PERF02-BP04",
    "Amazon EC2: key concepts for burstable performance instances",
    "Amazon ElastiCache: burstable performance instances",
  ]

  locals {
    class = default(self.node_type, self.host_instance_type, self.cluster_config[0].instance_type, self.broker_node_group_info[0].instance_type, "")
  }

  # Instances of RDS can buy credits instead (unlimited mode), which costs and does not slow down.
  for_each = resources(
    "aws_elasticache_replication_group", "aws_memorydb_cluster", "search_domain", "aws_mq_broker", "aws_msk_cluster", "aws_dax_cluster",
  )
  when    = length(regexall("^((cache|db|mq|kafka|dax)\\.)?t\\d[a-z]*\\.", local.class)) > 0
  message = "`${self}` runs on `${local.class}` nodes, which slow down when their credits are used up"

  fails "cache" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      description                = "sessions"
      node_type                  = "cache.t4g.small"
      num_cache_clusters         = 2
      automatic_failover_enabled = true
      multi_az_enabled           = true
    }
  }

  fails "search" {
    resource "aws_opensearch_domain" "search" {
      domain_name = "search"

      cluster_config {
        instance_type                 = "t3.small.search"
        instance_count                = 3
        multi_az_with_standby_enabled = true
      }
    }
  }

  passes "steady" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      description                = "sessions"
      node_type                  = "cache.m7g.large"
      num_cache_clusters         = 2
      automatic_failover_enabled = true
      multi_az_enabled           = true
    }
  }

  unknown "type is given by the caller" {
    variable "node_type" { type = string }

    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      description                = "sessions"
      node_type                  = var.node_type
      num_cache_clusters         = 2
      automatic_failover_enabled = true
      multi_az_enabled           = true
    }
  }
}
