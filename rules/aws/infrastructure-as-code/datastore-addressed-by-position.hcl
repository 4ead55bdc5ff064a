rule "datastore-addressed-by-position" {
  summary     = "Stores with names of their own are told apart by their place in a list"
  principle   = "infrastructure-as-code"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    With `count` over a list the third store is the third of the list. Whoever removes the first element moves all others by one place, and the plan
    destroys and makes anew every store behind it.
  MD
  fix         = "Use `for_each` over a set or map of the names, and add `moved` blocks from `[0]` to `[\"name\"]`."
  notice      = "A plan destroys stores after an element was removed from the middle of a list."
  prove       = "Remove the first element of the list in a test, and read what the plan would destroy."
  references = [
    "Terraform: for_each meta-argument (when to use for_each instead of count)",
    "AWS Well-Architected REL08-BP05",
  ]

  locals {
    # Those of the same call of the module.
    block = replace(address(self), "/[0-9]+\\]$/", "")
    all   = [for s in siblings(self) : s if startswith(address(s), local.block)]
    first = endswith(address(self), "[0]")
    # Names that are counted, such as shard-0 and shard-1, follow the place by intention.
    counted = anytrue([
      for s in local.all : try(length(regexall(
        "(^|[^0-9])0*(${regex("\\[([0-9]+)\\]$", address(s))[0]}|${regex("\\[([0-9]+)\\]$", address(s))[0] + 1})([^0-9]|$)", own_name(s)
      )) > 0, false)
    ])
    named = alltrue([for s in local.all : default(own_name(s), "") != ""])
  }

  # One finding for the block, at its first instance.
  for_each = resources("own_name")
  unless   = local.counted
  when     = local.first && length(local.all) > 1 && local.named
  message  = "`${self}` is one of ${length(local.all)} by its place in a list: removing an element of the list destroys those behind it"

  label "moves when an element before it is removed" {
    at = local.all
  }

  fails "buckets of a list" {
    variable "buckets" {
      type    = list(string)
      default = ["acme-invoices", "acme-contracts"]
    }

    resource "aws_s3_bucket" "documents" {
      count  = length(var.buckets)
      bucket = var.buckets[count.index]
    }
  }

  passes "for_each" {
    variable "buckets" {
      type    = set(string)
      default = ["acme-invoices", "acme-contracts"]
    }

    resource "aws_s3_bucket" "documents" {
      for_each = var.buckets
      bucket   = each.key
    }
  }

  passes "counted" {
    resource "aws_kinesis_stream" "events" {
      count = 2
      name  = "events-${count.index}"
    }
  }

  passes "counted from one" {
    resource "aws_dynamodb_table" "shard" {
      count    = 3
      name     = format("shard-%02d", count.index + 1)
      hash_key = "id"
    }
  }

  passes "there or not" {
    resource "aws_s3_bucket" "archive" {
      count  = 1
      bucket = "acme-archive"
    }
  }

  passes "one for each key of a map" {
    resource "aws_sqs_queue" "jobs" {
      for_each = { orders = "orders-jobs", invoices = "invoices-jobs" }
      name     = each.value
    }
  }

  unknown "the names are given by the caller" {
    variable "buckets" { type = list(string) }

    resource "aws_s3_bucket" "documents" {
      count  = 2
      bucket = var.buckets[count.index]
    }
  }
}
