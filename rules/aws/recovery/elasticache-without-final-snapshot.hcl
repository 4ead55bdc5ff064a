rule "elasticache-without-final-snapshot" {
  summary   = "Snapshots of a cache that keeps state are deleted with it"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Who keeps snapshots wants the data back. Automatic snapshots go when the group is deleted, so a plan that replaces it leaves nothing unless it is
    told to make a last one.
  MD
  fix       = "Name a last snapshot in `final_snapshot_identifier`."
  notice    = "After a deletion the list of snapshots has none with the cache's name."
  prove     = "Delete a test copy, and look for its state."
  references = [
    "Amazon ElastiCache User Guide: Deleting a backup",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    state = keeps_state(self)
  }

  for_each = resources("aws_elasticache_replication_group")
  unless   = !local.state
  when     = default(self.snapshot_retention_limit, 0) > 0 && default(self.final_snapshot_identifier, "") == ""
  at       = "snapshot_retention_limit"
  message  = "the snapshots of `${self}` are deleted with it, and no last one is made"

  fails "no last snapshot" {
    resource "aws_elasticache_replication_group" "carts" {
      replication_group_id     = "carts"
      description              = "Carts of the shop"
      snapshot_retention_limit = 7
    }
  }

  passes "a last snapshot" {
    resource "aws_elasticache_replication_group" "carts" {
      replication_group_id      = "carts"
      description               = "Carts of the shop"
      snapshot_retention_limit  = 7
      final_snapshot_identifier = "carts-final"
    }
  }

  passes "no snapshots" {
    resource "aws_elasticache_replication_group" "pages" {
      replication_group_id = "pages"
      description          = "Cache of rendered pages"
    }
  }

  passes "sessions, which people can start again" {
    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id     = "sessions"
      description              = "Sessions of the shop"
      snapshot_retention_limit = 7
    }
  }

  unknown "decided by a variable without default" {
    variable "snapshot_days" { type = number }

    resource "aws_elasticache_replication_group" "carts" {
      replication_group_id     = "carts"
      description              = "Carts of the shop"
      snapshot_retention_limit = var.snapshot_days
    }
  }
}
