rule "service-ended" {
  summary     = "Service is no more"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS has switched the service off. What it did is not done any more, and an apply that touches it fails.
  MD
  fix         = "Move to what AWS names as its successor, and remove the resource."
  notice      = "Calls to the service's API fail, and AWS Health has announced the date."
  prove       = "Create the resource in a fresh account: the API refuses it."
  references = [
    "AWS Well-Architected REL08-BP05",
    "AWS General Reference: AWS Lifecycle Changes",
    "AWS OpsWorks User Guide: End of life FAQs",
    "Amazon QLDB Developer Guide: Release history",
    "Amazon Elastic Transcoder Developer Guide: End of support",
  ]

  for_each = resources("service_ended")
  when     = service_ended(self) != null
  message  = "`${self}` belongs to a service that AWS has ended on ${service_ended(self)}"

  fails "ledger" {
    resource "aws_qldb_ledger" "payments" {
      name             = "payments"
      permissions_mode = "STANDARD"
    }
  }

  fails "transcoder" {
    resource "aws_elastictranscoder_pipeline" "videos" {
      name         = "videos"
      role         = "arn:aws:iam::111122223333:role/videos"
      input_bucket = "videos"
    }
  }

  passes "its successor" {
    resource "aws_media_convert_queue" "videos" {
      name = "videos"
    }
  }

  passes "the ledger is a table today" {
    resource "aws_dynamodb_table" "payments" {
      name         = "payments"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"
    }
  }

  unknown "the caller says whether there is one" {
    variable "wanted" { type = bool }

    resource "aws_qldb_ledger" "payments" {
      count            = var.wanted ? 1 : 0
      name             = "payments"
      permissions_mode = "STANDARD"
    }
  }
}
