rule "elasticache-standalone-node" {
  summary    = "Redis or Valkey runs on a single standalone node"
  principle  = "single-point-of-failure"
  severity   = "error"
  since      = "2027.1"
  why        = <<-MD
    `aws_elasticache_cluster` runs these engines on exactly one node, without replica and without failover.
  MD
  fix        = "Use `aws_elasticache_replication_group` with a replica, automatic failover and Multi-AZ."
  notice     = "`CurrConnections` falls to 0, and `CacheHits` with it."
  prove      = "Reboot the node of a test copy, and watch the load on the database behind it."
  references = ["AWS Well-Architected REL11-BP02"]

  for_each = resources("aws_elasticache_cluster")
  unless   = length(refs(self.replication_group_id)) > 0 || default(self.replication_group_id, "") != ""
  when     = self.engine == "redis" || self.engine == "valkey"
  at       = "engine"
  message  = "`${self}` is one node that nothing replaces when it is lost"

  fails "Redis" {
    resource "aws_elasticache_cluster" "sessions" {
      cluster_id      = "sessions"
      engine          = "redis"
      num_cache_nodes = 1
    }
  }

  fails "Valkey" {
    resource "aws_elasticache_cluster" "sessions" {
      cluster_id = "sessions"
      engine     = "valkey"
    }
  }

  fails "it belongs to no group, and says so" {
    resource "aws_elasticache_cluster" "sessions" {
      engine               = "redis"
      replication_group_id = ""
    }
  }

  passes "member of a replication group" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id       = "sessions"
      automatic_failover_enabled = true
    }

    resource "aws_elasticache_cluster" "replica" {
      cluster_id           = "sessions-replica"
      replication_group_id = aws_elasticache_replication_group.sessions.id
    }
  }

  passes "Memcached, which shards over nodes" {
    resource "aws_elasticache_cluster" "pages" {
      cluster_id      = "pages"
      engine          = "memcached"
      num_cache_nodes = 2
    }
  }

  unknown "engine is given by the caller" {
    variable "engine" { type = string }

    resource "aws_elasticache_cluster" "sessions" {
      cluster_id = "sessions"
      engine     = var.engine
    }
  }
}
