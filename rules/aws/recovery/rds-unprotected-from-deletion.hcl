rule "rds-unprotected-from-deletion" {
  summary      = "Database can be deleted by one call or plan"
  principle    = "recovery"
  severity     = "warning"
  since        = "2027.1"
  renamed_from = ["database-unprotected-from-deletion"]
  why          = <<-MD
    A renamed resource or a careless refactoring replaces the database. With protection on, that plan fails instead
    of deleting data.
  MD
  fix          = "Set `deletion_protection = true`."
  notice       = "CloudTrail shows `DeleteDBInstance` or `DeleteDBCluster` that succeeded at the first try."
  prove        = "Call the delete API on a test copy: nothing refuses it."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Config rds-instance-deletion-protection-enabled",
    "AWS Config docdb-cluster-deletion-protection-enabled",
    "AWS Config neptune-cluster-deletion-protection-enabled",
    "AWS Config rds-cluster-deletion-protection-enabled",
    "Security Hub RDS.8",
    "Security Hub DocumentDB.5",
    "Security Hub Neptune.4",
    "Security Hub RDS.7",
    "AWS Trusted Advisor RDS DB Cluster Deletion Protection Check",
    "checkov CKV_AWS_293",
    "trivy AWS-0177, aws-rds-enable-deletion-protection",
  ]

  locals {
    replica = is_replica(self)
  }

  for_each = resources("relational_database", "aws_rds_global_cluster")
  unless   = local.replica
  when     = self.deletion_protection != true
  at       = "deletion_protection"
  message  = "`${self}` is deleted by any plan that replaces it"

  edit "deletion_protection" {
    to = true
  }

  fails "left out" {
    resource "aws_rds_cluster" "orders" {
      engine = "aurora-mysql"
    }
  }

  fails "switched off" {
    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      deletion_protection = false
    }
  }

  fails "it is no replica, and says so" {
    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      replicate_source_db = ""
      deletion_protection = false
    }
  }

  passes "protected" {
    resource "aws_rds_cluster" "orders" {
      engine              = "aurora-mysql"
      deletion_protection = true
    }
  }

  passes "read replica" {
    resource "aws_db_instance" "orders" {
      identifier          = "orders"
      deletion_protection = true
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db = aws_db_instance.orders.identifier
    }
  }

  unknown "decided by a variable without default" {
    variable "protect" { type = bool }

    resource "aws_rds_cluster" "orders" {
      engine              = "aurora-mysql"
      deletion_protection = var.protect
    }
  }
}
