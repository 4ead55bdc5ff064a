# What the sources of module calls name, as far as their text tells.

# The ref of a Git source, decoded; empty for the default branch.
define "git_ref" {
  is = replace(replace(try(regex("[?&](?:ref|rev)=([^&#]*)", self.source)[0], ""), "%2F", "/"), "%2f", "/")
}

# It is known to be a branch: by its name, or by the word that branches of such a purpose start with. A release branch ends in two numbers,
# where a version has three.
define "names_branch" {
  is = can(regex(
    "^(|(refs/heads|origin|heads)/.*|main|master|default|tip|develop|dev|trunk|head|latest|(features?|feat|bugfix|hotfix|support|topic|users?)/.*|releases?/[0-9]+(\\.[0-9]+)?)$",
    lower(git_ref(self))
  ))
}
