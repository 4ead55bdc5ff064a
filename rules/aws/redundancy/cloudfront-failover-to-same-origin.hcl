rule "cloudfront-failover-to-same-origin" {
  summary   = "CloudFront fails over to the origin that has failed"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Both members of the origin group are the same place. The second try costs time and meets the same error.
  MD
  fix       = "Let the second member be a copy in another Region."
  notice    = "`5xxErrorRate` rises with the origin although a group is configured."
  prove     = "Let the test origin answer with 503, and see whether anything else answers."
  references = [
    "AWS Well-Architected REL11-BP02",
    "AWS Config cloudfront-origin-failover-enabled",
    "Security Hub CloudFront.4",
    "AWS Trusted Advisor Amazon CloudFront Origin Failover",
  ]

  locals {
    groups = [
      for g in default(self.origin_group, []) : {
        id    = g.origin_id
        names = [for m in default(g.member, []) : [for o in default(self.origin, []) : o.domain_name if o.origin_id == m.origin_id][0]]
        nodes = flatten([for m in default(g.member, []) : [for o in default(self.origin, []) : refs(o.domain_name) if o.origin_id == m.origin_id]])
      }
    ]
    same = [
      for g in local.groups : g
      if length(g.names) == 2 && (length(g.nodes) > 0 ? length(g.nodes) == 2 && length(distinct(g.nodes)) == 1 : g.names[0] == g.names[1])
    ]
  }

  for_each = resources("aws_cloudfront_distribution")
  unless   = length(default(self.origin_group, [])) == 0
  when     = length(local.same) > 0
  at       = "origin_group"
  message  = "both members of the origin group `${local.same[0].id}` of `${self}` are the same place"

  fails "one bucket twice" {
    resource "aws_s3_bucket" "site" {
      bucket = "shop-site"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "first"
        domain_name = aws_s3_bucket.site.bucket_regional_domain_name
      }

      origin {
        origin_id   = "second"
        domain_name = aws_s3_bucket.site.bucket_regional_domain_name
      }

      origin_group {
        origin_id = "site"

        failover_criteria {
          status_codes = [500, 502, 503, 504]
        }

        member {
          origin_id = "first"
        }

        member {
          origin_id = "second"
        }
      }

      default_cache_behavior {
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]
        target_origin_id       = "site"
        viewer_protocol_policy = "redirect-to-https"
      }

      restrictions {
        geo_restriction {
          restriction_type = "none"
        }
      }

      viewer_certificate {
        cloudfront_default_certificate = true
      }
    }
  }

  passes "two buckets" {
    resource "aws_s3_bucket" "site" {
      for_each = toset(["first", "second"])
      bucket   = "shop-site-${each.key}"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      dynamic "origin" {
        for_each = aws_s3_bucket.site

        content {
          origin_id   = origin.key
          domain_name = origin.value.bucket_regional_domain_name
        }
      }

      origin_group {
        origin_id = "site"

        failover_criteria {
          status_codes = [500, 502, 503, 504]
        }

        member {
          origin_id = "first"
        }

        member {
          origin_id = "second"
        }
      }

      default_cache_behavior {
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]
        target_origin_id       = "site"
        viewer_protocol_policy = "redirect-to-https"
      }

      restrictions {
        geo_restriction {
          restriction_type = "none"
        }
      }

      viewer_certificate {
        cloudfront_default_certificate = true
      }
    }
  }

  passes "no group" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "site"
        domain_name = "site.shop.example"
      }

      default_cache_behavior {
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]
        target_origin_id       = "site"
        viewer_protocol_policy = "redirect-to-https"
      }

      restrictions {
        geo_restriction {
          restriction_type = "none"
        }
      }

      viewer_certificate {
        cloudfront_default_certificate = true
      }
    }
  }

  unknown "second place is given by the caller" {
    variable "standby" { type = string }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "first"
        domain_name = "site.shop.example"
      }

      origin {
        origin_id   = "second"
        domain_name = var.standby
      }

      origin_group {
        origin_id = "site"

        failover_criteria {
          status_codes = [500, 502, 503, 504]
        }

        member {
          origin_id = "first"
        }

        member {
          origin_id = "second"
        }
      }

      default_cache_behavior {
        allowed_methods        = ["GET", "HEAD"]
        cached_methods         = ["GET", "HEAD"]
        target_origin_id       = "site"
        viewer_protocol_policy = "redirect-to-https"
      }

      restrictions {
        geo_restriction {
          restriction_type = "none"
        }
      }

      viewer_certificate {
        cloudfront_default_certificate = true
      }
    }
  }
}
