rule "datastore-destroyed" {
  summary    = "Data store destroyed by the plan"
  principle  = "change"
  severity   = "error"
  reads      = "plan"
  since      = "0.2.0"
  why        = <<-MD
    Applying this plan deletes the store and what is in it. A removed block, a renamed resource without `moved`, or a shorter
    `for_each` does that as quietly as a deliberate clean-up.
  MD
  fix        = "If it only changed its name or module, add a `moved` block; if Terraform shall let go of it, a `removed` block with `destroy = false`. Else take a snapshot first."
  references = ["Terraform: moved and removed blocks", "AWS Well-Architected REL09-BP01"]

  locals {
    replica = coalesce(self.replicate_source_db, "") != ""
  }

  for_each = destroyed("datastore")
  unless   = local.replica
  when     = true
  message  = "this plan destroys `${self}` and the data in it"

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
}
