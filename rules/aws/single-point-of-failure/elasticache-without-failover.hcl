rule "elasticache-without-failover" {
  summary   = "ElastiCache replication group has nothing to fail over to"
  principle = "single-point-of-failure"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    When the primary is lost, so is the cache and every session or lock in it, until AWS has built a new node. A
    replica takes over in seconds, but only with automatic failover.
  MD
  fix       = "Run at least one replica per shard and set `automatic_failover_enabled = true`."
  notice    = "`CurrConnections` falls to 0 until the primary is replaced."
  prove     = "Start a failover of a test copy with `test-failover`: without a replica it is refused."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Config elasticache-repl-grp-auto-failover-enabled",
    "Security Hub ElastiCache.3",
  ]

  locals {
    secondary = length(refs(self.global_replication_group_id)) > 0 || default(self.global_replication_group_id, "") != ""
    replicas  = copies(self) - 1
  }

  for_each = resources("aws_elasticache_replication_group")
  unless   = local.secondary
  when     = self.automatic_failover_enabled != true || local.replicas < 1
  at       = "automatic_failover_enabled"
  message  = "no replica takes over when the primary of `${self}` is lost"

  edit "automatic_failover_enabled" {
    to = true
  }

  fails "one node" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id = "sessions"
      num_cache_clusters   = 1
    }
  }

  fails "replicas without failover" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      num_cache_clusters         = 2
      automatic_failover_enabled = false
    }
  }

  fails "shards without replicas" {
    resource "aws_elasticache_replication_group" "catalogue" {
      replication_group_id       = "catalogue"
      num_node_groups            = 3
      automatic_failover_enabled = true
    }
  }

  fails "it belongs to no global group, and says so" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id        = "sessions"
      global_replication_group_id = ""
      num_cache_clusters          = 1
      automatic_failover_enabled  = false
    }
  }

  passes "replica and failover" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      num_cache_clusters         = 2
      automatic_failover_enabled = true
    }
  }

  passes "a replica in each shard" {
    resource "aws_elasticache_replication_group" "catalogue" {
      replication_group_id       = "catalogue"
      num_node_groups            = 3
      replicas_per_node_group    = 1
      automatic_failover_enabled = true
    }
  }

  unknown "number of nodes is given by the caller" {
    variable "nodes" { type = number }

    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      num_cache_clusters         = var.nodes
      automatic_failover_enabled = true
    }
  }
}
