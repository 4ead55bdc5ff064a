rule "cloudtrail-single-region" {
  summary     = "Trail records the changes of one Region only"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A wrong default sends a change to another Region, and global services are changed from us-east-1. The trail of this Region has no
    line of it. The provider's default is one Region, the console's is all.
  MD
  fix         = "Set `is_multi_region_trail = true`."
  notice      = "Event history of another Region shows changes that the trail's bucket does not have."
  prove       = "Create something in a second Region, and look for it in the bucket."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config multi-region-cloudtrail-enabled",
    "Security Hub CloudTrail.1",
    "checkov CKV_AWS_67",
    "trivy AWS-0014, aws-cloudtrail-enable-all-regions",
  ]

  locals {
    # Another trail looks at all Regions, or this one is about data only.
    covered = anytrue([for t in resources("aws_cloudtrail") : t.is_multi_region_trail == true])
    data_only = (
      (
        length(default(self.event_selector, [])) > 0
        && alltrue([for s in default(self.event_selector, []) : s.include_management_events == false])
      )
      || anytrue(flatten([
        for s in default(self.advanced_event_selector, []) : [
          for f in default(s.field_selector, []) : f.field == "eventCategory" && !contains(default(f.equals, ["Management"]), "Management")
        ]
      ]))
    )
  }

  for_each = resources("aws_cloudtrail")
  unless   = local.covered || local.data_only
  when     = self.is_multi_region_trail != true
  at       = "is_multi_region_trail"
  message  = "a change that is made in another Region leaves no line in `${self}`"

  edit "is_multi_region_trail" {
    to = true
  }

  fails "left out" {
    resource "aws_cloudtrail" "main" {
      name           = "main"
      s3_bucket_name = "audit-logs"
    }
  }

  passes "all Regions" {
    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = "audit-logs"
      is_multi_region_trail = true
    }
  }

  passes "beside one of all Regions" {
    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = "audit-logs"
      is_multi_region_trail = true
    }

    resource "aws_cloudtrail" "orders" {
      name           = "orders"
      s3_bucket_name = "order-logs"
    }
  }

  passes "about data only" {
    resource "aws_cloudtrail" "documents" {
      name           = "documents"
      s3_bucket_name = "document-logs"

      event_selector {
        include_management_events = false
        read_write_type           = "WriteOnly"

        data_resource {
          type   = "AWS::S3::Object"
          values = ["arn:aws:s3:::documents/"]
        }
      }
    }
  }

  passes "about data only, by fields" {
    resource "aws_cloudtrail" "documents" {
      name           = "documents"
      s3_bucket_name = "document-logs"

      advanced_event_selector {
        name = "objects"

        field_selector {
          field  = "eventCategory"
          equals = ["Data"]
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "multi_region" { type = bool }

    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = "audit-logs"
      is_multi_region_trail = var.multi_region
    }
  }
}
