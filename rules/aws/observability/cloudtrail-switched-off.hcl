rule "cloudtrail-switched-off" {
  summary     = "Trail is declared and records nothing"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Most outages follow a change, and the trail says who made which. It was stopped, perhaps for an afternoon, and still looks as if it
    were there.
  MD
  fix         = "Remove `enable_logging = false`."
  notice      = "`GetTrailStatus` says `IsLogging: false`, and the bucket gets no new objects."
  prove       = "Change a tag, and look for the event in the trail's bucket after a quarter of an hour."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config cloudtrail-enabled",
    "Security Hub CloudTrail.3",
    "checkov CKV_AWS_251",
  ]

  for_each = resources("aws_cloudtrail")
  when     = self.enable_logging == false
  at       = "enable_logging"
  message  = "`${self}` records no change"

  edit "enable_logging" {
    to = true
  }

  fails "stopped" {
    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = "audit-logs"
      is_multi_region_trail = true
      enable_logging        = false
    }
  }

  passes "left out" {
    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = "audit-logs"
      is_multi_region_trail = true
    }
  }

  passes "switched on" {
    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = "audit-logs"
      is_multi_region_trail = true
      enable_logging        = true
    }
  }

  unknown "given by the caller" {
    variable "trail" { type = bool }

    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = "audit-logs"
      is_multi_region_trail = true
      enable_logging        = var.trail
    }
  }
}
