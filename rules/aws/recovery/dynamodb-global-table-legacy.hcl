rule "dynamodb-global-table-legacy" {
  summary   = "Global table is of the version of 2017"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    The tables of such a group are made and tuned one by one, and nothing keeps their capacity, indexes and expiry alike. The one that has to take
    over is often the one that somebody forgot. AWS recommends the version of 2019.
  MD
  fix       = "Upgrade the table in place, and declare its Regions by `replica` blocks of one `aws_dynamodb_table`."
  notice    = "`ReplicationLatency` is there, but new Regions and features are refused."
  prove     = "Add a Region to a test copy of this version, and compare with the current one."
  references = [
    "Amazon DynamoDB Developer Guide: Global tables versions",
    "AWS Well-Architected REL10-BP01",
  ]

  for_each = resources("aws_dynamodb_global_table")
  when     = true
  message  = "`${self}` is a global table of the version of 2017, whose tables drift apart"

  fails "global table of 2017" {
    resource "aws_dynamodb_global_table" "orders" {
      name = "orders"

      replica {
        region_name = "eu-west-1"
      }

      replica {
        region_name = "eu-central-1"
      }
    }
  }

  passes "replica of a table" {
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      replica {
        region_name = "eu-central-1"
      }
    }
  }

  passes "a table in one Region" {
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"
    }
  }

  unknown "the caller says whether there is one" {
    variable "wanted" { type = bool }

    resource "aws_dynamodb_global_table" "orders" {
      count = var.wanted ? 1 : 0
      name  = "orders"

      replica {
        region_name = "eu-west-1"
      }
    }
  }
}
