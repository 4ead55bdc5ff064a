rule "route53-domain-not-renewed" {
  summary     = "Registered domain does not renew itself"
  principle   = "single-point-of-failure"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    When the registration ends, no name of the domain resolves, web and mail alike, and somebody else may buy it.
  MD
  fix         = "Leave `auto_renew` out, or set it to `true`."
  notice      = "The registrar's mails about the end of the registration, if anybody reads them; afterwards NXDOMAIN."
  prove       = "Ask who gets the mails of the registrar, and whether that person would act."
  references = [
    "AWS Well-Architected REL02-BP01",
    "Amazon Route 53 Developer Guide: Renewing registration for a domain",
  ]

  for_each = resources("aws_route53domains_registered_domain", "aws_route53domains_domain")
  when     = self.auto_renew == false
  at       = "auto_renew"
  message  = "`${self}` is lost when its registration ends"

  edit "auto_renew" {
    to = true
  }

  fails "switched off" {
    resource "aws_route53domains_registered_domain" "shop" {
      domain_name = "example.com"
      auto_renew  = false
    }
  }

  fails "registered here" {
    resource "aws_route53domains_domain" "shop" {
      domain_name = "example.com"
      auto_renew  = false
    }
  }

  passes "left out" {
    resource "aws_route53domains_registered_domain" "shop" {
      domain_name = "example.com"
    }
  }

  passes "switched on" {
    resource "aws_route53domains_registered_domain" "shop" {
      domain_name = "example.com"
      auto_renew  = true
    }
  }

  unknown "decided by a variable without default" {
    variable "renew" { type = bool }

    resource "aws_route53domains_registered_domain" "shop" {
      domain_name = "example.com"
      auto_renew  = var.renew
    }
  }
}
