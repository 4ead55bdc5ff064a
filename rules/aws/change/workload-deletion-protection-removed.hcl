rule "workload-deletion-protection-removed" {
  summary      = "Protection from deletion taken away"
  principle    = "change"
  severity     = "warning"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["deletion-protection-removed"]
  why          = <<-MD
    As long as the protection is on, AWS refuses a plan that deletes the resource. From now on a renamed block or a wrong command is
    enough. Often it is a line that got lost when the code was moved, and nobody meant to delete anything.
  MD
  fix          = "Put the protection back; if the resource shall go, take it off together with a snapshot, and delete it right after."
  notice       = "CloudTrail shows the attribute being switched off; nothing fails until somebody deletes it."
  prove        = "Call the delete API on a copy without protection: it succeeds at once."
  references = [
    "AWS Well-Architected REL08-BP05",
    "Security Hub RDS.7",
    "Security Hub RDS.8",
    "Security Hub DynamoDB.6",
    "Security Hub ELB.6",
  ]

  locals {
    was = before(self)
    # Whatever the type calls it; a type has one of them.
    on = default(
      local.was.deletion_protection, local.was.deletion_protection_enabled, local.was.enable_deletion_protection,
      local.was.disable_api_termination, local.was.delete_protection, local.was.termination_protection_enabled, false,
    )
    is = default(
      self.deletion_protection, self.deletion_protection_enabled, self.enable_deletion_protection,
      self.disable_api_termination, self.delete_protection, self.termination_protection_enabled, local.default,
    )
    # What nobody sets any more stays as it is where the provider reads it back, and becomes the default elsewhere.
    stays   = is(self, "aws_instance", "aws_eks_cluster", "aws_cloudwatch_log_group", "aws_dsql_cluster", "aws_neptunegraph_graph")
    default = is(self, "aws_qldb_ledger", "aws_cloudtrail_event_data_store") || local.stays && action(self) != "replace" && local.on
  }

  for_each = resources(
    "relational_database", "aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster",
    "aws_neptunegraph_graph", "aws_dsql_cluster", "aws_dynamodb_table", "aws_qldb_ledger", "aws_cognito_user_pool",
    "load_balancer", "aws_networkfirewall_firewall", "aws_instance", "aws_eks_cluster", "aws_cloudwatch_log_group",
    "aws_cloudtrail_event_data_store",
  )
  when    = contains(["true", "ACTIVE"], tostring(local.on)) && !contains(["true", "ACTIVE"], tostring(local.is))
  at      = "deletion_protection"
  message = "`${self}` was protected from deletion, and is not after this plan"

  fails "switched off" {
    before {
      resource "aws_db_instance" "orders" {
        engine              = "postgres"
        deletion_protection = true
      }
    }

    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      deletion_protection = false
    }
  }

  fails "left out, which switches it off" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name                        = "carts"
        deletion_protection_enabled = true
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name = "carts"
    }
  }

  fails "a load balancer" {
    before {
      resource "aws_lb" "shop" {
        enable_deletion_protection = true
      }
    }

    resource "aws_lb" "shop" {
      enable_deletion_protection = false
    }
  }

  fails "a user pool, where it is a word" {
    before {
      resource "aws_cognito_user_pool" "customers" {
        deletion_protection = "ACTIVE"
      }
    }

    resource "aws_cognito_user_pool" "customers" {
      deletion_protection = "INACTIVE"
    }
  }

  passes "it never had any" {
    before {
      resource "aws_db_instance" "orders" {
        engine              = "postgres"
        instance_class      = "db.m7g.large"
        deletion_protection = false
      }
    }

    resource "aws_db_instance" "orders" {
      engine         = "postgres"
      instance_class = "db.m7g.xlarge"
    }
  }

  passes "it is new" {
    before {}

    resource "aws_db_instance" "orders" {
      engine = "postgres"
    }
  }

  passes "left out where the provider keeps what is set" {
    before {
      resource "aws_instance" "license_server" {
        disable_api_termination = true
      }
    }

    resource "aws_instance" "license_server" {
      ami = "ami-0123456789abcdef0"
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_rds_cluster" "orders" {
        engine              = "aurora-postgresql"
        deletion_protection = true
      }
    }

    variable "protected" { type = bool }

    resource "aws_rds_cluster" "orders" {
      engine              = "aurora-postgresql"
      deletion_protection = var.protected
    }
  }
}
