rule "datastore-unprotected-from-deletion" {
  summary   = "User pool, global cluster or other store can be deleted by one call or plan"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    What is in it is gone with it, and there is no snapshot to restore: the users of a pool with their passwords, the events of a store. With
    protection on, a plan that replaces it fails instead.
  MD
  fix       = "Set `deletion_protection = \"ACTIVE\"` (user pool), or the switch that its type has: `deletion_protection`, `deletion_protection_enabled`, `termination_protection_enabled`."
  notice    = "CloudTrail shows a delete call that succeeded at the first try."
  prove     = "Call the delete API on a test copy of the store, and see it go at once."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Config cognito-user-pool-deletion-protection-enabled",
    "Security Hub Cognito.6",
    "Amazon Cognito Developer Guide: User pool deletion protection",
  ]

  # Relational databases and DynamoDB have rules of their own.
  for_each = resources(
    "aws_cognito_user_pool", "aws_dsql_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster",
    "aws_cloudtrail_event_data_store",
  )
  when    = !refuses_deletion(self)
  at      = "deletion_protection"
  message = "`${self}` is deleted, with what is in it, by any plan that replaces it"

  edit "deletion_protection" {
    to   = "ACTIVE"
    when = is(self, "aws_cognito_user_pool")
  }

  edit "deletion_protection_enabled" {
    to   = true
    when = is(self, "aws_dsql_cluster")
  }

  edit "deletion_protection" {
    to   = true
    when = is(self, "aws_docdb_global_cluster", "aws_neptune_global_cluster")
  }

  edit "termination_protection_enabled" {
    to   = true
    when = is(self, "aws_cloudtrail_event_data_store")
  }

  fails "user pool, left out" {
    resource "aws_cognito_user_pool" "customers" {
      name = "customers"
    }
  }

  fails "user pool, switched off" {
    resource "aws_cognito_user_pool" "customers" {
      name                = "customers"
      deletion_protection = "INACTIVE"
    }
  }

  fails "cluster" {
    resource "aws_dsql_cluster" "orders" {
      tags = { Name = "orders" }
    }
  }

  fails "protection of an event store taken away" {
    resource "aws_cloudtrail_event_data_store" "audit" {
      name                           = "audit"
      termination_protection_enabled = false
    }
  }

  passes "user pool" {
    resource "aws_cognito_user_pool" "customers" {
      name                = "customers"
      deletion_protection = "ACTIVE"
    }
  }

  passes "cluster" {
    resource "aws_dsql_cluster" "orders" {
      deletion_protection_enabled = true
    }
  }

  passes "event store, which is protected by itself" {
    resource "aws_cloudtrail_event_data_store" "audit" {
      name = "audit"
    }
  }

  unknown "decided by a variable without default" {
    variable "protection" { type = string }

    resource "aws_cognito_user_pool" "customers" {
      name                = "customers"
      deletion_protection = var.protection
    }
  }
}
