rule "datastore-replaced" {
  summary     = "Data store destroyed and made anew by the plan"
  principle   = "change"
  severity    = "error"
  environment = "any"
  needs       = "plan"
  since       = "2027.1"
  why         = <<-MD
    Some attributes cannot be changed in place: Terraform then deletes the store and creates an empty one under the same address. In a
    long plan that is one line, `must be replaced`, and it reads like an update.
  MD
  fix         = "Take back the change that forces the replacement, or make the new store beside the old one, move the data, and delete the old one in a change of its own."
  notice      = "The store has a new id and its item or table count starts at zero."
  prove       = "Apply the plan to a copy, and compare the number of rows before and after."
  references = [
    "Terraform: lifecycle meta-argument (prevent_destroy)",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    was     = before(self)
    replica = is_copy(local.was)
    passing = is(local.was, "aws_dynamodb_table") && keeps_nothing(local.was)
    # AWS refuses to delete one that is not empty.
    guarded = (
      is(self, "aws_s3_bucket", "aws_s3_directory_bucket") && local.was.force_destroy != true
      || is(self, "aws_ecr_repository") && local.was.force_delete != true
    )
    restored = (
      default(self.snapshot_identifier, self.snapshot_id, "") != ""
      || length(default(self.restore_to_point_in_time, [])) > 0
    )
    snapshot = is(self, "relational_database", "aws_redshift_cluster") && default(local.was.skip_final_snapshot, false) == false
    lost     = local.restored ? "what was written since the snapshot is lost" : local.snapshot ? "its data is left in a last snapshot only" : "the data in it is lost"
    causes   = replaced_for(self)
    for      = length(local.causes) > 0 ? " for a change of ${join(", ", [for c in local.causes : "`${c}`"])}" : ""
  }

  for_each = resources("kept_data")
  unless   = local.replica || local.passing || local.guarded
  when     = action(self) == "replace"
  message  = "this plan replaces `${self}`${local.for}: ${local.lost}"

  fails "a database gets another user name, which cannot be changed in place" {
    replaces = ["aws_db_instance.orders"]

    before {
      resource "aws_db_instance" "orders" {
        engine   = "postgres"
        username = "admin"
      }
    }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      username = "orders"
    }
  }

  fails "a table gets another key" {
    replaces = ["aws_dynamodb_table.carts"]

    before {
      resource "aws_dynamodb_table" "carts" {
        name     = "carts"
        hash_key = "id"
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name     = "carts"
      hash_key = "customer"
    }
  }

  fails "a database is made anew from a snapshot" {
    replaces = ["aws_db_instance.orders"]

    before {
      resource "aws_db_instance" "orders" {
        engine              = "postgres"
        snapshot_identifier = ""
      }
    }

    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      snapshot_identifier = "before-migration"
    }
  }

  passes "an update in place" {
    before {
      resource "aws_db_instance" "orders" {
        engine         = "postgres"
        instance_class = "db.m7g.large"
      }
    }

    resource "aws_db_instance" "orders" {
      engine         = "postgres"
      instance_class = "db.m7g.xlarge"
    }
  }

  passes "a read replica, whose source has the data" {
    replaces = ["aws_db_instance.reports"]

    before {
      resource "aws_db_instance" "reports" {
        replicate_source_db = "orders"
        storage_encrypted   = false
      }
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db = "orders"
      storage_encrypted   = true
    }
  }

  passes "an instance of a cluster, whose volume has the data" {
    replaces = ["aws_rds_cluster_instance.orders"]

    before {
      resource "aws_rds_cluster_instance" "orders" {
        identifier         = "orders-a"
        cluster_identifier = "orders"
      }
    }

    resource "aws_rds_cluster_instance" "orders" {
      identifier         = "orders-1"
      cluster_identifier = "orders"
    }
  }

  passes "a bucket that AWS deletes only when it is empty" {
    replaces = ["aws_s3_bucket.uploads"]

    before {
      resource "aws_s3_bucket" "uploads" {
        bucket        = "uploads"
        force_destroy = false
      }
    }

    resource "aws_s3_bucket" "uploads" {
      bucket        = "shop-uploads"
      force_destroy = true
    }
  }

  unknown "whether it was a replica is not known" {
    replaces = ["aws_db_instance.reports"]

    before {
      variable "source_db" { type = string }

      resource "aws_db_instance" "reports" {
        replicate_source_db = var.source_db
      }
    }

    resource "aws_db_instance" "reports" {
      engine = "postgres"
    }
  }
}
