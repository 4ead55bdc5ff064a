rule "datastore-destroyed" {
  summary     = "Data store destroyed by the plan"
  principle   = "change"
  severity    = "error"
  environment = "any"
  needs       = "plan"
  since       = "2027.1"
  why         = <<-MD
    Applying this plan deletes the store and what is in it. A removed block, a renamed resource without `moved`, or a shorter
    `for_each` does that as quietly as a deliberate clean-up.
  MD
  fix         = "If it only changed its name or module, add a `moved` block; if Terraform shall let go of it, a `removed` block with `destroy = false`. Else take a snapshot first."
  notice      = "`DatabaseConnections` or the request metrics of the store end, and its clients log refused connections."
  prove       = "Restore the final snapshot into a new store, and time how long the service is without its data."
  references = [
    "Terraform: moved and removed blocks",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    replica = is_copy(self)
    passing = is(self, "aws_dynamodb_table") && keeps_nothing(self)
    # AWS refuses to delete one that is not empty.
    guarded = (
      is(self, "aws_s3_bucket", "aws_s3_directory_bucket") && self.force_destroy != true
      || is(self, "aws_ecr_repository") && self.force_delete != true
    )
    snapshot = is(self, "relational_database", "aws_redshift_cluster") && default(self.skip_final_snapshot, false) == false
  }

  for_each = destroyed("kept_data")
  unless   = local.replica || local.passing || local.guarded
  when     = true
  message  = "this plan destroys `${self}`${local.snapshot ? " and leaves a last snapshot only" : " and the data in it"}"

  fails "a database that is not in the configuration any more" {
    before {
      resource "aws_db_instance" "orders" {
        engine = "postgres"
      }
    }
  }

  fails "a table renamed without moved" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name = "carts"
      }
    }

    resource "aws_dynamodb_table" "baskets" {
      name = "carts"
    }
  }

  fails "a bucket that may be deleted with what is in it" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket        = "invoices"
        force_destroy = true
      }
    }
  }

  passes "it stays" {
    before {
      resource "aws_db_instance" "orders" {
        engine = "postgres"
      }
    }

    resource "aws_db_instance" "orders" {
      engine = "postgres"
    }
  }

  passes "a read replica, whose source has the data" {
    before {
      resource "aws_db_instance" "reports" {
        replicate_source_db = "orders"
      }
    }
  }

  passes "an instance of a cluster that stays" {
    before {
      resource "aws_rds_cluster" "orders" {
        cluster_identifier = "orders"
      }

      resource "aws_rds_cluster_instance" "orders" {
        count              = 2
        cluster_identifier = aws_rds_cluster.orders.cluster_identifier
      }
    }

    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
    }

    resource "aws_rds_cluster_instance" "orders" {
      count              = 1
      cluster_identifier = aws_rds_cluster.orders.cluster_identifier
    }
  }

  passes "a cache, and a bucket that AWS deletes only when it is empty" {
    before {
      resource "aws_elasticache_replication_group" "sessions" {
        replication_group_id = "sessions"
      }

      resource "aws_s3_bucket" "uploads" {
        bucket        = "uploads"
        force_destroy = false
      }
    }
  }

  unknown "whether it was a replica is not known" {
    before {
      variable "source_db" { type = string }

      resource "aws_db_instance" "reports" {
        replicate_source_db = var.source_db
      }
    }
  }
}
